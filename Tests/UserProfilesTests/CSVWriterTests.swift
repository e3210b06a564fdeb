import Testing

@testable import UserProfiles

@Suite struct CSVWriterTests {
    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("", ""),
        ("=1+1", "\"'=1+1\""), ("@x", "\"'@x\""), ("-1", "\"'-1\""), ("+1", "\"'+1\""), ("\t=1", "\"'\t=1\""),
        ("＝1", "\"'＝1\""), ("名前", "名前"),
    ])
    func writes(field: String, cell: String) {
        var csv = CSVWriter()
        csv.row([field, "x"])
        #expect(String(decoding: csv.bytes, as: UTF8.self) == cell + ",x\r\n")
    }
}
