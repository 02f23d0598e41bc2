import { openTestStore } from "../helpers.js"
import { storeContract } from "./store-contract.js"

storeContract("the SQLite store", openTestStore)
