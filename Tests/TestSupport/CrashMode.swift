/// What a crash of the machine leaves of the changes that were not synced.
package enum CrashMode: Sendable, Hashable {
    /// Nothing of them.
    case lost
    /// All of them.
    case kept
    /// Of each sector of a file any of the states that it had, or parts of two of them; of sizes and changes of
    /// directories each by itself, as the seed has it.
    case mixed(seed: UInt64)
    /// Those before one of them, and a part of that one.
    case ordered(seed: UInt64)
    /// Those behind one of them, and a part of that one: disks do write in another order.
    case reordered(seed: UInt64)
}
