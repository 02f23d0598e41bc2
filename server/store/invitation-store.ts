import type { Role } from "./people-store.js"

/** What an invitation brings: a role in a home, or with null an account alone. */
export interface Invitation {
    id: number
    homeId: number | null
    role: Role | null
    invitedBy: string
    createdMs: number
    expiresMs: number
}

export interface InvitationStore {
    addInvitation(invitation: Omit<Invitation, "id"> & { hash: Buffer }): Invitation
    /** Those that have not expired; of one home, or with null those for an account alone. */
    invitations(homeId: number | null, nowMs: number): Invitation[]
    invitationOfHash(hash: Buffer, nowMs: number): Invitation | undefined
    removeInvitation(id: number): void
    removeExpiredInvitations(nowMs: number): void
}
