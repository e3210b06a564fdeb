import Logging

/// What stands in a data directory after it was locked, checked, and its end repaired.
struct OpenedLog {
    let paths: StorePaths
    let lock: any DirectoryLock
    let storeID: StoreID
    let checkpoints: CheckpointDirectory
    /// In LSN order; never empty.
    let segments: [Segment]
    /// The last of ``segments``.
    let newest: Segment
    /// The Merkle tree of the newest moment at which a file says what it was.
    let tree: MerkleFrontier
}
