/// Where the segments go that a pass over a store found to be good: into a copy.
protocol SegmentSink: AnyObject {
    /// A segment begins.
    func begin(_ header: SegmentHeader) throws
    /// A frame of it, all of whose records are good.
    func put(_ frame: FrameView) throws
    /// The segment ends; with the footer that its frames lead to if it is to be sealed.
    func end(_ footer: SegmentFooter?) throws
}
