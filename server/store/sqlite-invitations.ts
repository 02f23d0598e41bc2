import type { Database } from "better-sqlite3"
import type { Invitation, InvitationStore } from "./invitation-store.js"

export function invitationQueries(db: Database): InvitationStore {
    const columns = `id, home_id AS homeId, role, invited_by AS invitedBy,
        created_ms AS createdMs, expires_ms AS expiresMs`
    const add = db.prepare<object, Invitation>(
        `INSERT INTO invitations (hash, home_id, role, invited_by, created_ms, expires_ms)
         VALUES (@hash, @homeId, @role, @invitedBy, @createdMs, @expiresMs) RETURNING ${columns}`
    )
    const open = db.prepare<[number | null, number], Invitation>(
        `SELECT ${columns} FROM invitations WHERE home_id IS ? AND expires_ms > ? ORDER BY id`
    )
    const byHash = db.prepare<[Buffer, number], Invitation>(
        `SELECT ${columns} FROM invitations WHERE hash = ? AND expires_ms > ?`
    )
    const remove = db.prepare("DELETE FROM invitations WHERE id = ?")
    const removeExpired = db.prepare("DELETE FROM invitations WHERE expires_ms <= ?")
    return {
        addInvitation(invitation) {
            const added = add.get(invitation)
            if (!added) throw new Error("a new invitation did not come back")
            return added
        },
        invitations: (homeId, nowMs) => open.all(homeId, nowMs),
        invitationOfHash: (hash, nowMs) => byHash.get(hash, nowMs),
        removeInvitation: id => void remove.run(id),
        removeExpiredInvitations: nowMs => void removeExpired.run(nowMs),
    }
}
