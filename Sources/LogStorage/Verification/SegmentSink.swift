/// Where the segments go that a pass over a store found to be good: into a copy.
protocol SegmentSink: AnyObject {
    /// A segment begins.
    func begin(_ header: SegmentHeader) throws
    /// A frame of it, all of whose records are good.
    func put(_ frame: FrameView) throws
    /// The segment ends; it is to be sealed if there is a tree, which is that of all records up to here.
    func end(_ tree: MerkleFrontier?) throws
}
