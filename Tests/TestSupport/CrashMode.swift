/// What a crash of the machine leaves of the changes that were not synced.
package enum CrashMode: Sendable, Hashable {
    /// Nothing of them.
    case lost
    /// All of them.
    case kept
    /// Each sector of a file, each size and each change of a directory by itself, as the seed has it: later ones may
    /// survive and earlier ones not.
    case mixed(seed: UInt64)
}
