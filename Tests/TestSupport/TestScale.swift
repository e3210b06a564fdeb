#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much the tests try: all of it if `TEST_ALL=true` is set, as `scripts/test --all` does; otherwise a sample.
package enum TestScale {
    package static let isFull = getenv("TEST_ALL").map { String(cString: $0) } == "true"

    /// `full` in a run of all tests, otherwise `short`.
    package static func choose<Value>(_ full: Value, short: Value) -> Value { isFull ? full : short }

    /// Every number of the range in a run of all tests, otherwise about `count` of them at even distances, with the first
    /// and the last.
    ///
    /// The distance is odd, so that samples meet every bit of a byte and every byte of a word.
    package static func sample(_ range: Range<Int>, about count: Int) -> [Int] {
        guard !isFull, range.count > count, let last = range.last else { return Array(range) }
        let sample = Array(stride(from: range.lowerBound, to: last, by: range.count / count | 1))
        return sample + [last]
    }
}
