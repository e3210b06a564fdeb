import Foundation
import TestSupport
import Testing
import UserProfiles

/// A client that changes its own users, one request after another, and notes what it is told.
struct KillClient {
    let number: Int
    let server: ServerProcess
    let journal: KillJournal
    var chance: SeededGenerator
    /// Whether the server may say that it is ending.
    var mayBeRefused = false

    /// Names in many scripts, so that recovery is not only shown for ASCII.
    private static let names = ["Ada", "Łukasz", "Ζωή", "Дарья", "محمد", "נועה", "山田太郎", "สมชาย", "अनिल", "👩🏽‍🚀 Noor"]

    /// Works until the server is gone.
    ///
    /// - Parameter mine: users of this client from earlier rounds.
    mutating func work(on mine: [Int]) {
        guard let client = try? server.client() else { return }
        var mine = mine
        do {
            for step in 0... {
                if mine.isEmpty || step % 40 == 0 {
                    guard let id = try create(client, step) else { return }
                    mine.append(id)
                } else if let id = mine.randomElement(using: &chance) {
                    guard try change(id, client, step) else { return }
                }
            }
        } catch {
            // The server was killed: whatever is in flight stays noted as such.
        }
    }

    private mutating func create(_ client: HTTPClient, _ step: Int) throws -> Int? {
        let email = "k\(number)-\(step)@example.com"
        let (name, attributes) = (name(step), attributes(step))
        let value = try JSONParser.parse(Array(attributes.utf8))
        journal.begin(KillJournal.Flight(name: name, attributes: value, deleted: false), creating: email)
        let json = #"{"name":"\#(name)","email":"\#(email)","attributes":\#(attributes)}"#
        let answer = try client.send("POST", "/users", json)
        guard answer.status == 201, case .object(let user)? = answer["user"], let id = Self.integer(user["id"]) else {
            return refused(answer)
        }
        journal.acknowledge(id, version: 1, user, creating: email)
        return id
    }

    /// Replaces, patches, deletes or restores the user; false when the server takes no more.
    private mutating func change(_ id: Int, _ client: HTTPClient, _ step: Int) throws -> Bool {
        guard let known = journal.user(id) else { return true }
        let answer: HTTPClient.Answer
        if known.isDeleted {
            journal.begin(KillJournal.Flight(deleted: false), with: id)
            answer = try client.send("POST", "/restore/\(id)")
        } else if Int.random(in: 0..<12, using: &chance) == 0 {
            journal.begin(KillJournal.Flight(deleted: true), with: id)
            answer = try client.send("DELETE", "/users/\(id)")
        } else {
            let (name, attributes) = (name(step), attributes(step))
            let value = try JSONParser.parse(Array(attributes.utf8))
            journal.begin(KillJournal.Flight(name: name, attributes: value, deleted: false), with: id)
            answer = try client.send("PATCH", "/users/\(id)", #"{"name":"\#(name)","attributes":\#(attributes)}"#)
        }
        guard answer.status == 200, case .object(let user)? = answer[known.isDeleted ? "restored_user" : "user"],
            let version = Self.integer(user["version"])
        else {
            journal.refuse(id)
            return refused(answer) != nil
        }
        journal.acknowledge(id, version: version, user)
        return true
    }

    private func refused(_ answer: HTTPClient.Answer) -> Int? {
        if mayBeRefused, answer.status == 503 { return nil }
        Issue.record("unexpected answer \(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
        return nil
    }

    private func name(_ step: Int) -> String { "\(Self.names[(number + step) % Self.names.count]) \(number)-\(step)" }

    /// A few bytes or some thousand that do not compress, so that small segments are soon full; all members are new
    /// with each change, the old ones gone.
    private mutating func attributes(_ step: Int) -> String {
        let count = [0, 20, 200, 1_000, 6_000].randomElement(using: &chance) ?? 0
        // Characters that stand for themselves in JSON; between `#` and `[` there is none that does not.
        let noise = (0..<count).map { _ in UInt8.random(in: 0x23...0x5B, using: &chance) }
        return #"{"step":\#(step),"größe":"\#(String(decoding: noise, as: UTF8.self))"}"#
    }

    private static func integer(_ value: JSONValue?) -> Int? {
        guard case .number(let number)? = value else { return nil }
        return Int(number.text)
    }
}
