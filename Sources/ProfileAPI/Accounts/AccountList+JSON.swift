import LogStorage
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension AccountList {
    /// Reads a file's contents.
    ///
    /// - Throws: ``AccountError`` with the wrong entry and the reason.
    init(json: JSONValue) throws(AccountError) {
        guard case .object(let root) = json, case .array(let accounts)? = root["accounts"] else {
            throw AccountError("needs an object with an array \"accounts\"")
        }
        guard case .array(let tokens) = root["tokens"] ?? .array([]) else {
            throw AccountError("\"tokens\" must be an array")
        }
        try self.init(
            accounts: Self.entries(accounts, of: "accounts", Self.account),
            tokens: Self.entries(tokens, of: "tokens", Self.token)
        )
    }

    private static func entries<Entry>(
        _ values: [JSONValue],
        of name: String,
        _ read: (JSONObject) throws(AccountError) -> Entry
    ) throws(AccountError) -> [Entry] {
        var entries: [Entry] = []
        for (index, value) in values.enumerated() {
            do throws(AccountError) {
                guard case .object(let object) = value else { throw AccountError("must be an object") }
                entries.append(try read(object))
            } catch {
                throw AccountError("\(name)[\(index)]: \(error)")
            }
        }
        return entries
    }

    private static func account(_ entry: JSONObject) throws(AccountError) -> Account {
        let (name, role) = try nameAndRole(entry)
        guard case .object(let scrypt)? = entry["scrypt"], let password = password(scrypt) else {
            throw AccountError("needs \"scrypt\" with n, r, p, salt and hash as profile-server account add writes them")
        }
        return try Account(name: name, role: role, password: password)
    }

    private static func password(_ scrypt: JSONObject) -> PasswordHash? {
        func number(_ key: String) -> Int? { scrypt[key]?.wholeNumber.flatMap { Int(exactly: $0) } }
        func bytes(_ key: String) -> [UInt8]? {
            scrypt[key]?.text.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
        }
        guard let rounds = number("n"), let blockSize = number("r"), let parallelism = number("p"),
            let cost = ScryptCost(rounds: rounds, blockSize: blockSize, parallelism: parallelism),
            let salt = bytes("salt"), let hash = bytes("hash")
        else { return nil }
        return PasswordHash(cost: cost, salt: salt, hash: hash)
    }

    private static func token(_ entry: JSONObject) throws(AccountError) -> APIToken {
        let (name, role) = try nameAndRole(entry)
        guard let digest = entry["sha256"]?.text.flatMap({ TokenDigest(hexadecimal: $0) }) else {
            throw AccountError("needs \"sha256\" with 64 hexadecimal digits")
        }
        guard let expires = entry["expires"] else { throw AccountError("needs \"expires\", a time or null") }
        return try APIToken(
            name: name,
            role: role,
            digest: digest,
            created: entry["created"].flatMap(time),
            expires: time(expires)
        )
    }

    private static func nameAndRole(_ entry: JSONObject) throws(AccountError) -> (String, Role) {
        guard let name = entry["name"]?.text else { throw AccountError("needs a string \"name\"") }
        guard let role = entry["role"]?.text.flatMap({ Role(rawValue: $0) }) else {
            throw AccountError("needs a \"role\", one of \(Role.names)")
        }
        return (name, role)
    }

    private static func time(_ json: JSONValue) throws(AccountError) -> LogTimestamp? {
        switch json {
        case .null: return nil
        case .string(let text):
            do {
                return try LogTimestamp(rfc3339: text)
            } catch {
                throw AccountError("\"\(text)\" is \(error)")
            }
        default: throw AccountError("a time must be a string or null")
        }
    }

    /// The file's contents: an entry a line, so that it can be read and edited by hand.
    var json: [UInt8] {
        let parts = [
            Array("{\"accounts\":[\n".utf8), Self.lines(accounts.map(Self.entry)),
            Array("],\"tokens\":[\n".utf8), Self.lines(tokens.map(Self.entry)), Array("]}\n".utf8),
        ]
        return Array(parts.joined())
    }

    private static func lines(_ entries: [[UInt8]]) -> [UInt8] {
        Array(entries.joined(separator: Array(",\n".utf8))) + (entries.isEmpty ? [] : [UInt8(ascii: "\n")])
    }

    private static func entry(_ account: Account) -> [UInt8] {
        let password = account.password
        let entry: JSONValue = [
            "name": .string(account.name), "role": .string(account.role.rawValue),
            "scrypt": [
                "n": .number(password.cost.rounds), "r": .number(password.cost.blockSize),
                "p": .number(password.cost.parallelism), "salt": .string(Data(password.salt).base64EncodedString()),
                "hash": .string(Data(password.hash).base64EncodedString()),
            ],
        ]
        return entry.minified
    }

    private static func entry(_ token: APIToken) -> [UInt8] {
        let entry: JSONValue = [
            "name": .string(token.name), "role": .string(token.role.rawValue),
            "sha256": .string(token.digest.hexadecimal),
        ]
        return entry.adding("created", token.created.map { .string($0.rfc3339) })
            .adding("expires", token.expires.map { .string($0.rfc3339) } ?? .null).minified
    }
}
