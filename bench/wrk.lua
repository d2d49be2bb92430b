-- Sends the request whose parts the harness wrote to a file, filling its gaps for each request.
-- wrk ... -s wrk.lua URL -- REQUEST_FILE IDS_FILE
-- REQUEST_FILE: method, path, body and headers as `name: value`, one per line, newlines as \n.
-- The gaps are of fixed width, so that the head's content-length stays true:
--   {{task_id_________________________}}  a random line of IDS_FILE (36 characters)
--   {{n___}}                              a number that does not repeat (8 digits)
--   {{u_}}                                its last six digits: the microseconds of a moment
local ID = "{{task_id_________________________}}"
local N = "{{n___}}"
local ids, parts, n = {}, {}, 0

local GAPS = { ID, N, "{{u_}}" }

-- Texts, and for each gap its number in GAPS.
local function split(text)
  local at = 1
  while true do
    local first, last, which
    for number, gap in ipairs(GAPS) do
      local i, ie = text:find(gap, at, true)
      if i and (not first or i < first) then first, last, which = i, ie, number end
    end
    if not first then break end
    parts[#parts + 1] = text:sub(at, first - 1)
    parts[#parts + 1] = which
    at = last + 1
  end
  parts[#parts + 1] = text:sub(at)
end

function init(args)
  math.randomseed(tonumber(args[3]))
  n = tonumber(args[3])
  local lines, headers = {}, {}
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  for i = 4, #lines do
    local name, value = lines[i]:match("^([^:]+):%s*(.*)$")
    headers[name] = value
  end
  for line in io.lines(args[2]) do ids[#ids + 1] = line end
  local body = lines[3] ~= "" and lines[3] or nil
  split(wrk.format(lines[1], lines[2], headers, body))
end

function request()
  if #parts == 1 then return parts[1] end
  local out = {}
  n = n + 1
  for i = 1, #parts do
    local part = parts[i]
    if part == 1 then out[i] = ids[math.random(#ids)]
    elseif part == 2 then out[i] = string.format("%08d", n)
    elseif part == 3 then out[i] = string.format("%06d", n % 1000000)
    else out[i] = part end
  end
  return table.concat(out)
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    'JSON {"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.1f,"p99":%.1f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
