import Testing

@testable import UserProfiles

@Suite struct CSVWriterTests {
    private func cell(_ field: String, guardsFormulas: Bool = true) -> String {
        var csv = CSVWriter(guardsFormulas: guardsFormulas)
        csv.row([field, "x"])
        return String(String(decoding: csv.bytes, as: UTF8.self).dropLast(",x\r\n".count))
    }

    @Test(
        "Fields are quoted where a spreadsheet would split them, and guarded where their first character starts a formula",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("", ""),
            ("=1+1", "\"'=1+1\""), ("@x", "\"'@x\""), ("-1", "\"'-1\""), ("+1", "\"'+1\""), ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""), ("名前", "名前"), ("Ann;=1+1;Bob", "\"Ann;=1+1;Bob\""), ("a\tb", "\"a\tb\""),
            ("a=1", "a=1"), ("+plus@x.example", "\"'+plus@x.example\""), ("'=1", "'=1"),
        ]
    )
    func writes(field: String, cell expected: String) {
        #expect(cell(field) == expected)
    }

    @Test(
        "Without the guard a field is what it is",
        arguments: [
            ("=1+1", "=1+1"), ("+plus@x.example", "+plus@x.example"), ("-a;b", "\"-a;b\""), ("\t=1", "\"\t=1\""),
        ]
    )
    func writesForPrograms(field: String, cell expected: String) {
        #expect(cell(field, guardsFormulas: false) == expected)
    }
}
