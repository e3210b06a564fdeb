import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `accounts.json` in the data directory: who may log in, with which role, and the hash of the password.
///
/// ```json
/// {"accounts":[{"name":"ada","role":"editor",
///   "scrypt":{"n":16384,"r":8,"p":1,"salt":"<base64>","hash":"<base64>"}}]}
/// ```
public struct AccountFile: Sendable {
    private let file: PrivateFile

    /// - Parameter dataDirectory: the folder that holds the file.
    public init(dataDirectory: String) {
        file = PrivateFile(path: dataDirectory + "/accounts.json")
    }

    /// The accounts in the file; none when there is no file. Blocks.
    ///
    /// - Throws: ``AccountError`` that names the file and what in it is wrong.
    public func read() throws(AccountError) -> [Account] {
        guard let bytes = try file.read() else { return [] }
        do {
            return try Self.accounts(in: JSONParser.parse(bytes))
        } catch {
            throw AccountError("\(file.path): \(error); correct the file or remove it")
        }
    }

    /// Replaces the file. Blocks.
    public func write(_ accounts: [Account]) throws(AccountError) {
        var json = JSONWriter()
        json.beginObject()
        json.key("accounts")
        json.beginArray()
        for account in accounts { Self.write(account, to: &json) }
        json.endArray()
        json.endObject()
        try file.replace(with: json.bytes + [UInt8(ascii: "\n")])
    }

    /// One entry of the file as JSON text.
    public static func entry(_ account: Account) -> String {
        var json = JSONWriter()
        write(account, to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    // MARK: - JSON

    private static func write(_ account: Account, to json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(account.name)
        json.key("role")
        json.string(account.role.rawValue)
        json.key("scrypt")
        json.beginObject()
        json.key("n")
        json.number(account.password.cost.rounds)
        json.key("r")
        json.number(account.password.cost.blockSize)
        json.key("p")
        json.number(account.password.cost.parallelism)
        json.key("salt")
        json.string(Data(account.password.salt).base64EncodedString())
        json.key("hash")
        json.string(Data(account.password.hash).base64EncodedString())
        json.endObject()
        json.endObject()
    }

    private static func accounts(in json: JSONValue) throws -> [Account] {
        guard case .object(let root) = json, case .array(let entries)? = root["accounts"] else {
            throw AccountError("needs an object with an array \"accounts\"")
        }
        var names: Set<String> = []
        return try entries.enumerated().map { index, entry in
            do {
                let account = try account(in: entry)
                guard names.insert(account.name).inserted else { throw AccountError("the name is there twice") }
                return account
            } catch {
                throw AccountError("accounts[\(index)]: \(error)")
            }
        }
    }

    private static func account(in json: JSONValue) throws -> Account {
        guard case .object(let entry) = json, case .string(let name)? = entry["name"] else {
            throw AccountError("needs a string \"name\"")
        }
        guard case .string(let roleName)? = entry["role"], let role = Role(rawValue: roleName) else {
            let names = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw AccountError("needs a \"role\", one of \(names)")
        }
        guard case .object(let scrypt)? = entry["scrypt"],
            let rounds = integer(scrypt["n"]), let blockSize = integer(scrypt["r"]),
            let parallelism = integer(scrypt["p"]),
            let cost = ScryptCost(rounds: rounds, blockSize: blockSize, parallelism: parallelism),
            let salt = bytes(scrypt["salt"]), let hash = bytes(scrypt["hash"]),
            let password = PasswordHash(cost: cost, salt: salt, hash: hash)
        else {
            throw AccountError(
                "needs \"scrypt\" with n, r, p, salt and hash as profile-server hash-password prints them"
            )
        }
        return try Account(name: name, role: role, password: password)
    }

    private static func integer(_ json: JSONValue?) -> Int? {
        if case .number(let number)? = json { Int(number.text) } else { nil }
    }

    private static func bytes(_ json: JSONValue?) -> [UInt8]? {
        guard case .string(let text)? = json, let data = Data(base64Encoded: text) else { return nil }
        return [UInt8](data)
    }
}
