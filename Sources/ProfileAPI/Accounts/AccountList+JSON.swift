import LogStorage
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        var json = JSONWriter()
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
        return json.bytes
    }

    private static func entry(_ token: APIToken) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("name")
        json.string(token.name)
        json.key("role")
        json.string(token.role.rawValue)
        json.key("sha256")
        json.string(token.digest.hexadecimal)
        if let created = token.created {
            json.key("created")
            json.string(created.rfc3339)
        }
        json.key("expires")
        if let expires = token.expires { json.string(expires.rfc3339) } else { json.null() }
        json.endObject()
        return json.bytes
    }
}
