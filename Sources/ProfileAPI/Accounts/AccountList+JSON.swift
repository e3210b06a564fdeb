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
    /// - Throws: ``AccountError`` that says which entry is wrong, and how.
    init(json: JSONValue) throws(AccountError) {
        guard case .object(let root) = json, case .array(let accounts)? = root["accounts"] else {
            throw AccountError("needs an object with an array \"accounts\"")
        }
        let tokens: [JSONValue]
        switch root["tokens"] {
        case nil: tokens = []
        case .array(let entries): tokens = entries
        default: throw AccountError("\"tokens\" must be an array")
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
        guard case .object(let scrypt)? = entry["scrypt"],
            let rounds = integer(scrypt["n"]), let blockSize = integer(scrypt["r"]),
            let parallelism = integer(scrypt["p"]),
            let cost = ScryptCost(rounds: rounds, blockSize: blockSize, parallelism: parallelism),
            let salt = bytes(scrypt["salt"]), let hash = bytes(scrypt["hash"]),
            let password = PasswordHash(cost: cost, salt: salt, hash: hash)
        else {
            throw AccountError("needs \"scrypt\" with n, r, p, salt and hash as profile-server account add writes them")
        }
        return try Account(name: name, role: role, password: password)
    }

    private static func token(_ entry: JSONObject) throws(AccountError) -> APIToken {
        let (name, role) = try nameAndRole(entry)
        guard case .string(let text)? = entry["sha256"], let digest = TokenDigest(hexadecimal: text) else {
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
        guard case .string(let name)? = entry["name"] else { throw AccountError("needs a string \"name\"") }
        guard case .string(let roleName)? = entry["role"], let role = Role(rawValue: roleName) else {
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

    private static func integer(_ json: JSONValue?) -> Int? {
        if case .number(let number)? = json { Int(number.text) } else { nil }
    }

    private static func bytes(_ json: JSONValue?) -> [UInt8]? {
        guard case .string(let text)? = json, let data = Data(base64Encoded: text) else { return nil }
        return [UInt8](data)
    }
}

extension AccountList {
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
        var json = JSONWriter()
        json.beginObject()
        json.member("name", account.name)
        json.member("role", account.role.rawValue)
        json.key("scrypt")
        json.beginObject()
        json.member("n", password.cost.rounds)
        json.member("r", password.cost.blockSize)
        json.member("p", password.cost.parallelism)
        json.member("salt", Data(password.salt).base64EncodedString())
        json.member("hash", Data(password.hash).base64EncodedString())
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private static func entry(_ token: APIToken) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("name", token.name)
        json.member("role", token.role.rawValue)
        json.member("sha256", token.digest.hexadecimal)
        if let created = token.created { json.member("created", created.rfc3339) }
        json.member("expires", token.expires?.rfc3339)
        json.endObject()
        return json.bytes
    }
}
