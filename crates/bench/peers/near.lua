-- The addresses of a file from one line to another, one after the other, to wrk: see near.sh.
local addresses = {}
local at = 0

function init(args)
    local first, last, line = tonumber(args[2]), tonumber(args[3]), 0
    for address in io.lines(args[1]) do
        line = line + 1
        if line >= first and line <= last then table.insert(addresses, address) end
    end
    math.randomseed(tonumber(tostring({}):sub(-6), 16))
    at = math.random(#addresses)
end

function request()
    at = at % #addresses + 1
    return wrk.format("GET", addresses[at])
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    if failed > 0 then error(failed .. " requests failed") end
    io.write(string.format("MEASURED %.1f %.3f %.3f\n", summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
