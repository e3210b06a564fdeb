/// The files of a log that is being written, for those who read them as files: backups and the scrub.
///
/// Nothing here takes a lock that a writer waits for.
public struct LogFiles: Sendable {
    let fileSystem: any FileSystem
    let paths: StorePaths
    let storeID: StoreID
    let checkpoints: CheckpointDirectory
    let segments: Monitor<[Segment]>
    let reader: LogReader<OpenSegments>
    let damage: ReadDamage
}
