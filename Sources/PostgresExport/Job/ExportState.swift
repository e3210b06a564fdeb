package import LogStorage

/// How far an export has come, as `export_state` says.
package struct ExportState: Sendable, Hashable {
    package var storeID: String
    package var lastLSN: LogSequenceNumber
    /// The Merkle root of the log up to ``lastLSN``; `nil` when the last batch came from a source that has none.
    package var treeRoot: String?
    /// The time of the record ``lastLSN``; `nil` when there is none.
    package var lastTime: LogTimestamp?
}
