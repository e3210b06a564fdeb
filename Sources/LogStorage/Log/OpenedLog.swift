import Logging

/// What stands in a data directory after it was locked, checked, and its end repaired.
struct OpenedLog {
    let paths: StorePaths
    /// The locks of the data directory.
    let locks: [any DirectoryLock]
    /// The lock of ``newest``.
    let segmentLock: any DirectoryLock
    let directories: StoreDirectories
    let storeID: StoreID
    let clock: ClockWatch
    /// Why nothing is written although all is well with the files; `nil` while the clock is not in doubt.
    let clockJump: LogError?
    let checkpoints: CheckpointDirectory
    /// In LSN order; never empty.
    let segments: [Segment]
    /// The last of ``segments``.
    let newest: Segment
    /// The Merkle tree of the newest moment at which a file says what it was.
    let tree: MerkleFrontier
}
