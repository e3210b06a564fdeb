package import LogStorage

/// What is told of an export while it goes on, on the thread that runs it.
package protocol ExportObserver: AnyObject {
    /// Whether somebody wants the job to end after the batch.
    var isInterrupted: Bool { get }
    /// The job has a connection; what stands behind `state` is still to be done.
    func started(at state: ExportState, end: LogSequenceNumber)
    /// A batch has been committed.
    func wrote(_ batch: ExportBatch, of end: LogSequenceNumber, seconds: Double)
    /// The connection is lost; it is tried again after `pause`.
    func retries(after pause: Duration, because error: any Error)
    /// Waits, or until somebody wants the job to end.
    func wait(milliseconds: Int32)
}
