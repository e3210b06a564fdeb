import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite("The cache of versions")
struct VersionCacheTests {
    private let id = UserID(7)

    private static func lsns(_ numbers: [UInt64]) -> [LogSequenceNumber] { numbers.map { LogSequenceNumber($0) } }

    @Test("Runs that overlap or touch are joined, others replaced")
    func runs() {
        let cache = VersionCache()
        cache.add(id, newest: ProfileVersion(6), Self.lsns([60, 50, 40]))
        #expect(cache.record(of: id, from: ProfileVersion(5))?.lsn == LogSequenceNumber(50))
        // The nearest known one from a version on.
        #expect(cache.record(of: id, from: ProfileVersion(2))?.version == ProfileVersion(4))
        #expect(cache.record(of: id, from: ProfileVersion(7)) == nil)
        cache.add(id, newest: ProfileVersion(3), Self.lsns([30, 20]))
        #expect(cache.record(of: id, from: ProfileVersion(2))?.lsn == LogSequenceNumber(20))
        cache.add(id, newest: ProfileVersion(8), Self.lsns([80, 70, 60]))
        for (version, lsn) in [(2, 20), (3, 30), (4, 40), (5, 50), (6, 60), (7, 70), (8, 80)] as [(UInt64, UInt64)] {
            #expect(cache.record(of: id, from: ProfileVersion(version))?.lsn == LogSequenceNumber(lsn))
        }
        cache.add(id, newest: ProfileVersion(20), Self.lsns([200]))
        #expect(cache.record(of: id, from: ProfileVersion(2))?.version == ProfileVersion(20))
    }

    @Test("An instant between two known records has the one before it, and one outside of them is not answered")
    func instants() {
        let cache = VersionCache()
        cache.add(id, newest: ProfileVersion(4), Self.lsns([40, 30, 20]))
        func find(_ lsn: UInt64, newest: UInt64) -> (UInt64, Bool)? {
            cache.record(of: id, asOf: LogSequenceNumber(lsn), newest: ProfileVersion(newest))
                .map { ($0.version.rawValue, $0.isExact) }
        }
        #expect(find(35, newest: 9).map { $0 == (3, true) } == true)
        #expect(find(30, newest: 9).map { $0 == (3, true) } == true)
        #expect(find(19, newest: 9).map { $0 == (2, false) } == true)
        #expect(find(40, newest: 9) == nil, "version 5 may be in between")
        #expect(find(40, newest: 4).map { $0 == (4, true) } == true)
    }

    @Test("No more records are remembered than fit")
    func bounds() {
        let cache = VersionCache()
        let many = Self.lsns((1...UInt64(VersionCache.capacity / 2 + 1)).reversed())
        cache.add(UserID(1), newest: ProfileVersion(UInt64(many.count)), many)
        cache.add(UserID(2), newest: ProfileVersion(UInt64(many.count)), many)
        #expect(cache.record(of: UserID(1), from: ProfileVersion(1)) == nil)
        #expect(cache.record(of: UserID(2), from: ProfileVersion(1))?.lsn == LogSequenceNumber(1))
    }
}
