/**
 * One link of the DeviceScript 2.16.4 runtime, recorded at the server: authentication, then two pings
 * and their answers. All bytes in hex; the key was made for the recording.
 */
export const CAPTURED = {
    deviceKey: "dcb9e851c5a7c0e69bf6822ad13d318dfdd4e6a31458af386e6cfabaf539e989",
    clientRandom: "8e7f07bcf721f6a097399a20e17affbc",
    serverRandom: "a337fa497a0ed0b5fa2d103d1f439b73",
    hello: "ca28e4ce02000000a337fa497a0ed0b5fa2d103d1f439b73",
    authReply: "3018d894be964542612a183d6a7c9b5542aa1c24fdb0550f82e63b9030613fb02b12ad1d",
    fromDevice: [
        {
            frame: "cd327f6de39cb6040d7979393aa3f1d18c25ee249eba900c14f72d069a5149878060cde4",
            message: "0000000000000000000000000000000000000000000000000000000000000000",
        },
        { frame: "e019f81e81", message: "92" },
        { frame: "57adb564c9", message: "92" },
    ],
    toDevice: [
        { frame: "7312e2eb02", message: "92" },
        { frame: "6ed85c8301", message: "92" },
    ],
}
