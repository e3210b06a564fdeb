package import LogStorage

/// A place in the log at which a checkpoint can be written, now or a little later.
package struct CheckpointTicket: Sendable {
    /// The last record that the checkpoint covers.
    package let lsn: LogSequenceNumber
    /// Writes the blocks that the body hands out; the checkpoint is durable on return. Blocks.
    package let write: @Sendable (_ body: ((_ block: [UInt8]) throws -> Void) throws -> Void) throws -> Void

    package init(
        lsn: LogSequenceNumber,
        write: @escaping @Sendable (_ body: ((_ block: [UInt8]) throws -> Void) throws -> Void) throws -> Void
    ) {
        self.lsn = lsn
        self.write = write
    }
}
