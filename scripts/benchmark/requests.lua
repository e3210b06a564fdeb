-- wrk: sends the requests of a file, one after the other, again and again. Argument: the file, in which each request
-- stands after a line with its length.
--
-- They are ready-made, because making them here would cost the load generator more than some servers need to answer.
local requests, index = {}, 0

function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    for length in file:lines() do
        requests[#requests + 1] = file:read(tonumber(length))
    end
    file:close()
end

function request()
    index = index + 1
    if index > #requests then index = 1 end
    return requests[index]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.timeout + errors.status
    ))
end
