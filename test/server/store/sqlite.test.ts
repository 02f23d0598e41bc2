import { openTestStore } from "../helpers.js"
import { ownerContract } from "./owner-contract.js"
import { storeContract } from "./store-contract.js"

storeContract("the SQLite store", openTestStore)
ownerContract("the SQLite store, of people's wishes,", openTestStore)
