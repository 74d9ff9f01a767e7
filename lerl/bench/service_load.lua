-- The load of `lerl bench serve`, for wrk: one session at a time on each connection,
--   start -> (recommendations -> feedback) as often as a session has slates -> the next user's
-- wrk gives each of its threads a state of its own, and there is one connection for each thread.
--
-- Arguments, after `--`: slates and feedback a second of all connections (0: as fast as answers
-- come), slates of a session, number of users (their ids are 1, 2 ...), a word that no other load's
-- event ids begin with, number of connections.
--
-- The last line of what it prints is JSON: slates and feedback that were answered, the seconds from
-- the first request to the last answer, other answers than 2xx and what the first of those was,
-- connections that were cut, the events of each connection that were acknowledged, and how many
-- slates and feedback took how long. With a rate, a request that had to wait for the answer before
-- it counts from when it was due.
--
-- People do not come in step: the first sessions of the connections are of different lengths, so
-- that later ones begin one after another. Those first ones do begin at the same time, so how long
-- their requests take is not counted.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds, nanoseconds; } lerl_time;
  int clock_gettime(int clock, lerl_time *time);
]]
local time = ffi.new("lerl_time")
local function now()  -- seconds of a clock that does not go back
  ffi.C.clock_gettime(1, time)
  return tonumber(time.seconds) + tonumber(time.nanoseconds) * 1e-9
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
  thread:set("place", #threads)
end

local interval, slates, users, word
local first  -- slates of the first session
local due, begin  -- when the next request is due; when the one at hand was, or was sent
local session, slate, shown  -- its id; the step and an item of its slate to answer; slates so far
local user
local settled = false  -- the first session is over

answered, failed, acknowledged, first_failure, taken = 0, 0, 0, "", {}
first_sent, last_answer = math.huge, 0

function init(arguments)
  local rate, connections = tonumber(arguments[1]), tonumber(arguments[5])
  slates, users, word = tonumber(arguments[2]), tonumber(arguments[3]), arguments[4]
  wrk.headers["Content-Type"] = "application/json"
  user = place * 7919
  first = math.ceil(slates * place / connections)
  if rate > 0 then
    interval = connections / rate * 2 * slates / (2 * slates + 1)  -- a start is one more request
    due = now() + interval * place / connections
    delay = wait_until_due
  end
end

function wait_until_due()  -- milliseconds until the next request
  local at = now()
  begin = at >= due and due or nil
  local wait = math.max(0, due - at)
  due = due + interval
  return wait * 1000
end

function request()
  begin = begin or now()
  first_sent = math.min(first_sent, begin)
  if not session then
    return wrk.format("POST", "/v1/sessions", nil, '{"user":"' .. user % users + 1 .. '"}')
  end
  local path = "/v1/sessions/" .. session
  if not slate then return wrk.format("POST", path .. "/recommendations", nil, "{}") end
  local event = word .. "-" .. place .. "-" .. acknowledged + 1
  return wrk.format("POST", path .. "/feedback", nil,
    '{"events":[{"id":"' .. event .. '","step":' .. slate.step .. ',"item":"' .. slate.item ..
    '","behaviours":{"like":true}}]}')
end

local function fail(status, body)
  failed = failed + 1
  if first_failure == "" then
    first_failure = status .. " " .. (body:match('"type":"([%w:-]+)"') or "")
  end
  session, slate = nil, nil
  user = user + 1
end

-- Slates and feedback, by time: bucket b ends at 1.02^b microseconds.
local function count()
  answered, last_answer = answered + 1, now()
  if not settled then return end
  local us = math.max(1, (last_answer - begin) * 1e6)
  local bucket = math.ceil(math.log(us) / math.log(1.02))
  taken[bucket] = (taken[bucket] or 0) + 1
end

function response(status, headers, body)
  if status < 200 or status > 299 then
    fail(status, body)
  elseif not session then
    session, shown = body:match('"session":"(%x+)"'), 0
    if not session then fail(status, body) end
  elseif not slate then
    count()
    local items = {}
    for item in body:gmatch('"item":"([^"]+)"') do items[#items + 1] = item end
    shown = shown + 1
    slate = { step = body:match('"step":(%d+)'), item = items[1 + shown % #items] }
  elseif body:find('"accepted":1', 1, true) or body:find('"repeated":1', 1, true) then
    count()
    acknowledged = acknowledged + 1
    slate = nil
    if shown == (settled and slates or first) then
      session, user, settled = nil, user + 1, true
    end
  else
    fail(status, body)
  end
  begin = nil
end

function done(summary)
  local all, failures, first, events, buckets = 0, 0, "", {}, {}
  local from, to = math.huge, 0
  for place, thread in ipairs(threads) do
    from = math.min(from, thread:get("first_sent"))
    to = math.max(to, thread:get("last_answer"))
    all = all + thread:get("answered")
    failures = failures + thread:get("failed")
    if first == "" then first = thread:get("first_failure") end
    events[place] = thread:get("acknowledged")
    for bucket, n in pairs(thread:get("taken")) do buckets[bucket] = (buckets[bucket] or 0) + n end
  end
  local errors = summary.errors
  local cut = errors.connect + errors.read + errors.write + errors.timeout
  local counts = {}
  for bucket, n in pairs(buckets) do
    counts[#counts + 1] = string.format("[%d,%d]", bucket, n)
  end
  io.write(string.format(
    '{"answered":%d,"failed":%d,"first_failure":"%s","cut":%d,"seconds":%.6f,' ..
    '"acknowledged":[%s],"taken":[%s]}\n',
    all, failures, first, cut, math.max(0, to - from), table.concat(events, ","),
    table.concat(counts, ",")))
end
