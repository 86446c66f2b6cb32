/* Reads an event a line, has the library answer it, and writes the answer. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

#define INSTALL 1000 /* ms that an InstallSnapshot may go unanswered; 30 s if it is not said. */
#define THRESHOLD 8 /* Entries that are applied between two snapshots of the library. */
#define TRAILING 1 /* Entries that the log keeps behind a snapshot: to raft_io none means an install. */

static struct raft raft;
static struct raft_io io;
static struct raft_fsm fsm;
static json_t *actions;
static bool traced;

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void append_action(const char *action, json_t *value)
{
    json_array_append_new(actions, json_pack("{s:o}", action, value));
}

static void save(void)
{
    if (disk.dirty)
        append_action("save", disk_save());
}

/* What changed is saved before anything is done that may depend on it. */
void act(const char *action, json_t *value)
{
    save();
    append_action(action, value);
}

static void trace(struct raft_tracer *tracer, const char *file, int line, const char *message)
{
    (void)tracer;
    append_action("log", json_sprintf("%s:%d: %s", file, line, message));
}

static struct raft_tracer tracer = {.emit = trace};

/* Events. Each returns what the answer has beside its actions, or NULL. */

static json_t *on_hello(void)
{
    return json_pack("{s:i,s:s,s:s,s:[s,s,s,s],s:{s:I,s:I},s:i,s:o}", "protocol", 1, "name", "C Raft", "version", LIBRARY,
        "features", "Snapshots", "PreVote", "CheckQuorum", "LeaderTransfer",
        "timing", "election", (json_int_t)5000000000, "heartbeat", (json_int_t)200000000, "trailing_entries", TRAILING, "known", known_failures());
}

static void check(int status, const char *what)
{
    if (status != 0)
        die("%s: %s: %s", what, raft_strerror(status), raft_errmsg(&raft));
}

static void bootstrap(json_int_t replicas)
{
    struct raft_configuration c;
    json_t *voters = json_array();
    for (json_int_t id = 1; id <= replicas; id++)
        json_array_append_new(voters, json_integer(id));
    decode_configuration(voters, &c);
    check(raft_bootstrap(&raft, &c), "raft_bootstrap");
    raft_configuration_close(&c);
    json_decref(voters);
}

static json_t *on_init(json_t *event)
{
    json_t *state = json_object_get(event, "state");
    char address[32];
    snprintf(address, sizeof address, "%lld", integer(event, "replica") + 1);
    disk_load(state, json_object_get(event, "snapshot"));
    io_init(&io, integer(event, "seed"));
    fsm_init(&fsm, &raft);
    check(raft_init(&raft, &io, &fsm, integer(event, "replica") + 1, address), "raft_init");
    tracer.enabled = traced;
    raft.tracer = &tracer;
    raft_set_pre_vote(&raft, true);
    raft_set_install_snapshot_timeout(&raft, INSTALL);
    raft_set_snapshot_threshold(&raft, THRESHOLD);
    raft_set_snapshot_trailing(&raft, TRAILING);
    if (state == NULL)
        bootstrap(integer(event, "replicas"));
    check(raft_start(&raft), "raft_start");
    fsm_start();
    return NULL;
}

static void applied(struct raft_apply *req, int status, void *result)
{
    (void)status, (void)result;
    free(req);
}

static json_t *on_start(json_t *event)
{
    struct raft_apply *req = calloc(1, sizeof *req);
    struct raft_buffer command = new_buffer(json_string_value(field(event, "command")));
    if (raft_apply(&raft, req, &command, 1, applied) != 0) {
        raft_free(command.base);
        free(req);
        return NULL;
    }
    return json_pack("{s:I}", "index", (json_int_t)req->index);
}

static void passed(struct raft_barrier *req, int status)
{
    (void)status;
    free(req);
}

/* Takes a snapshot of the service. The library makes its own when it applies something:
 * if that is due and nothing follows, a barrier is what it applies. */
static json_t *on_snapshot(json_t *event)
{
    fsm_snapshot(integer(event, "index"), field(event, "snapshot"));
    bool due = raft_last_applied(&raft) >= disk_snapshot_index() + THRESHOLD;
    if (!due || raft_last_index(&raft) > raft_last_applied(&raft))
        return NULL;
    struct raft_barrier *req = calloc(1, sizeof *req);
    if (raft_barrier(&raft, req, passed) != 0)
        free(req);
    return NULL;
}

static void transferred(struct raft_transfer *req)
{
    free(req);
}

static json_t *on_transfer(json_t *event)
{
    json_int_t to = integer(event, "to");
    if (to < 0)
        return NULL; /* The library would choose one itself. */
    struct raft_transfer *req = calloc(1, sizeof *req);
    if (raft_transfer(&raft, req, to + 1, transferred) == 0)
        return json_pack("{s:b}", "ok", 1);
    free(req);
    return NULL;
}

static json_t *dispatch(const char *name, json_t *event)
{
    if (strcmp(name, "init") == 0)
        return on_init(event);
    if (strcmp(name, "start") == 0)
        return on_start(event);
    if (strcmp(name, "snapshot") == 0)
        return on_snapshot(event);
    if (strcmp(name, "transfer") == 0)
        return on_transfer(event);
    if (strcmp(name, "timer") == 0)
        io_tick(&io);
    else if (strcmp(name, "message") == 0)
        io_receive(&io, integer(event, "from") + 1, field(event, "body"));
    else
        die("an event %s", name);
    return NULL;
}

static json_t *answer(json_t *event)
{
    const char *name = json_string_value(field(event, "event"));
    if (strcmp(name, "hello") == 0)
        return on_hello();
    io_now = integer(event, "now") / 1000000;
    actions = json_array();
    json_t *more = dispatch(name, event);
    io_complete();
    save();
    if (raft_state(&raft) == RAFT_UNAVAILABLE)
        die("the library has stopped: %s", raft_errmsg(&raft));
    json_t *answer = json_pack("{s:I,s:b,s:o}", "term", (json_int_t)raft.current_term,
        "leader", raft_state(&raft) == RAFT_LEADER, "actions", actions);
    if (more != NULL)
        json_object_update_missing(answer, more);
    json_decref(more);
    return answer;
}

int main(int argc, char *argv[])
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    traced = argc > 1 && strcmp(argv[1], "trace") == 0;
    while ((length = getline(&line, &size, stdin)) > 0) {
        json_t *event = parse(line, length);
        json_t *said = answer(event);
        json_dumpf(said, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
        json_decref(said);
        json_decref(event);
    }
    return 0;
}
