import Testing

@testable import PostgresExport

@Suite("JSON and text as PostgreSQL can hold them")
struct JSONTests {
    @Test("What jsonb takes is left as it is")
    func left() {
        for text in [
            #"{}"#, #"{"a":1}"#, #"{"a":"\\u0000"}"#, #"{"a":"\u0001\u001f"}"#, #"{"a":"\\\\u0000"}"#,
            #"{"a":"\"u0000"}"#,
            #"{"é":"1e400000","n":-1.5e-3}"#, #"{"\\u0000":[true,false,null,0,-0,0.0]}"#,
        ] {
            #expect(PostgresJSON.holds(Array(text.utf8)), "\(text)")
        }
    }

    @Test(
        "U+0000 and numbers beyond numeric are replaced wherever they stand",
        arguments: [
            (#"{"a":"x\u0000y"}"#, "{\"a\":\"x\u{FFFD}y\"}"),
            (#"{"\u0000":{"k":["\u0000"]}}"#, "{\"\u{FFFD}\":{\"k\":[\"\u{FFFD}\"]}}"),
            (#"{"a":"\\\u0000"}"#, "{\"a\":\"\\\\\u{FFFD}\"}"),
            (#"{"a":[1,1e400000,-1e-400000]}"#, #"{"a":[1,"1e400000","-1e-400000"]}"#),
        ]
    )
    func replaced(text: String, expected: String) throws {
        #expect(!PostgresJSON.holds(Array(text.utf8)))
        #expect(try String(decoding: PostgresJSON.fitted(Array(text.utf8)), as: UTF8.self) == expected)
    }

    @Test("A number is said to be held exactly when jsonb holds it")
    func numbers() throws {
        let run = try PostgresConnection(ConnectionTarget(TestDatabase.shared().makeDatabase()))
        let ones = String(repeating: "1", count: 400)
        let zeros = String(repeating: "0", count: 400)
        let numbers = [
            "0", "-0", "1e131071", "1e131072", "9.99e131071", "99e131070", "99e131071", "0.001e131074", "0.001e131075",
            "-1e131071", "-1e131072", "1e-16383", "1e-16384", "1.5e-16382", "1.5e-16383", "0e-16383", "0e-16384",
            "0e131072", "0e900000", "0.0e-16382", "0.0e-16383", "1e+131071", "1E131072", "\(ones)e130672",
            "\(ones)e130673", "\(ones).\(ones)e130672", "\(ones).\(ones)e130673", "0.\(zeros)1e131472",
            "0.\(zeros)1e131473", "0.\(zeros)1e-15982", "0.\(zeros)1e-15983", "1e99999", "1e999999999999999999999",
            "1e-999999999999999999999", "1e1000001", "1e-1000001",
        ]
        for number in numbers {
            let isHeld = (try? run.query("SELECT ($1::jsonb) IS NOT NULL", [number])) != nil
            #expect(NumericRange.holds(number.utf8) == isHeld, "\(number.prefix(40))")
        }
    }
}
