/// Why a row could not be written.
package enum OutputError: Error {
    /// Whoever read the rows has gone, as `head` does: no fault of anybody's.
    case closed
    /// SIGINT came.
    case interrupted
    /// The system's error number.
    case failed(Int32)
}
