import LogStorage
import UserProfiles

/// What a sequence of records makes of the directory: a plain model, which knows nothing of the index.
struct ExpectedDirectory {
    struct State {
        let record: Int
        let version: UInt64
        let isDeleted: Bool
        let profile: Profile
    }

    /// The states of each user, oldest first.
    private(set) var users: [UInt64: [State]] = [:]

    init(_ records: [PreparedRecord]) throws {
        for (index, record) in records.enumerated() {
            let state = State(
                record: index,
                version: record.version,
                isDeleted: record.kind == Operation.delete.rawValue,
                profile: try Self.profile(record.payload.json)
            )
            users[record.subject, default: []].append(state)
        }
    }

    var live: [UInt64] { users.filter { $0.value.last?.isDeleted == false }.keys.sorted() }

    /// The state that the user was in when the record `lsn` was the last one.
    func state(of user: UInt64, asOf lsn: LogSequenceNumber) -> State? {
        users[user]?.last { UInt64($0.record) < lsn.rawValue }
    }

    private static func profile(_ payload: [UInt8]) throws -> Profile {
        guard case .object(let object) = try JSONParser.parse(payload) else {
            throw SimulationFailure("a payload is no object")
        }
        var name = ""
        var email = ""
        var attributes = JSONObject()
        for member in object.members {
            switch (member.key, member.value) {
            case ("name", .string(let text)): name = text
            case ("email", .string(let text)): email = text
            case ("attributes", .object(let value)): attributes = value
            default: break
            }
        }
        return try Profile(name: name, email: email, attributes: attributes)
    }
}
