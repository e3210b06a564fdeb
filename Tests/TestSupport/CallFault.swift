/// What goes wrong at a call of a simulated file system.
package enum CallFault: Sendable, Hashable {
    /// The call fails with this number and does nothing, but for a sync, which may have done a part.
    case error(Int32)
    /// A write takes half of its bytes; other calls work.
    case short
    /// A write takes half of its bytes, and the next call fails with this number.
    case shortThenError(Int32)
}
