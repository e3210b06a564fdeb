/// Objects that are dear to make and serve one caller at a time, kept between their uses.
final class IdlePool<Object: AnyObject>: Sendable {
    /// An object on its way between two threads.
    ///
    /// Unchecked, because the pool hands an object to one caller at a time, and the mutex orders their uses.
    private struct Lease: @unchecked Sendable {
        let object: Object
    }

    private let idle = Monitor<[Lease]>([])
    private let make: @Sendable () -> Object?

    /// Objects kept; more may exist at once, those are given up after use.
    private static var maximumIdle: Int { 8 }

    init(_ make: @escaping @Sendable () -> Object?) {
        self.make = make
    }

    /// Lends an object to `body`, which must not keep it.
    ///
    /// - Returns: `nil` where none could be made.
    func lend<Result>(_ body: (Object) -> Result?) -> Result? {
        guard let object = idle.withLock({ $0.popLast() })?.object ?? make() else { return nil }
        defer {
            let lease = Lease(object: object)
            idle.withLock { if $0.count < Self.maximumIdle { $0.append(lease) } }
        }
        return body(object)
    }
}
