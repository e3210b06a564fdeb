/// A place in a segment where frames are due and none can be read, though some follow.
struct FrameGap: Sendable, Equatable {
    /// What is wrong with the frame at its beginning.
    var fault: FrameFault
    /// The bytes that were left out; empty where a whole frame stands in the place of another.
    var bytes: Range<UInt64>
    /// The records that are lost with them; `nil` if none is.
    var lsns: ClosedRange<LogSequenceNumber>?
}
