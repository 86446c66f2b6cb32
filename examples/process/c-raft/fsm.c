/* The state machine that the library sees. The service is not in this process: it makes
 * a snapshot up to an index when it likes, while the library makes one of all that it
 * has applied, at once when that is enough. So a snapshot of this state machine is the
 * service's latest one, and the commands that followed. If the service's is later than
 * the library's there are none, and what the library applies next it has already. */

#include "node.h"

static struct raft *raft;
static json_t *service;         /* The service's latest snapshot. */
static raft_index service_index;
static json_t *commands;        /* Those applied behind it, with their indexes. */
static raft_index applied;      /* What the service has applied. */
static raft_index restored;     /* What it had when the library was last restored, which may be at less. */
static bool started;

static int apply(struct raft_fsm *fsm, const struct raft_buffer *buf, void **result)
{
    (void)fsm;
    raft_index index = raft_last_applied(raft) + 1;
    json_t *command = json_pack("{s:I,s:s%}", "index", (json_int_t)index, "command", buf->base, buf->len);
    if (index > service_index)
        json_array_append(commands, command);
    if (index > restored) {
        act("apply", json_incref(command));
        applied = index;
    }
    json_decref(command);
    *result = NULL;
    return 0;
}

/* Makes a snapshot. RAFT_BUSY has the library ask again later: a service that makes none
 * needs the log. */
static int snapshot(struct raft_fsm *fsm, struct raft_buffer *bufs[], unsigned *n_bufs)
{
    (void)fsm;
    if (service == NULL)
        return RAFT_BUSY;
    json_t *data = json_pack("{s:I,s:O,s:O}", "index", (json_int_t)service_index, "snapshot", service, "commands", commands);
    char *text = json_dumps(data, JSON_COMPACT);
    *bufs = raft_malloc(sizeof **bufs);
    **bufs = new_buffer(text);
    *n_bufs = 1;
    json_decref(data);
    free(text);
    return 0;
}

/* Has the service go on to where a snapshot is, if it is not that far. As the replica
 * starts it has restored its part of the snapshot already. */
static void catch_up(void)
{
    size_t i;
    json_t *command;
    if (started && applied < service_index)
        act("install", json_pack("{s:I,s:O}", "index", (json_int_t)service_index, "snapshot", service));
    if (applied < service_index)
        applied = service_index;
    json_array_foreach(commands, i, command) {
        raft_index index = integer(command, "index");
        if (index > applied) {
            act("apply", json_incref(command));
            applied = index;
        }
    }
    restored = applied;
}

/* Takes the place of a snapshot. */
static int restore(struct raft_fsm *fsm, struct raft_buffer *buf)
{
    (void)fsm;
    json_t *data = parse(buf->base, buf->len);
    raft_free(buf->base);
    json_decref(service);
    json_decref(commands);
    service = json_incref(field(data, "snapshot"));
    commands = json_incref(field(data, "commands"));
    service_index = integer(data, "index");
    json_decref(data);
    catch_up();
    return 0;
}

void fsm_init(struct raft_fsm *fsm, struct raft *r)
{
    raft = r;
    commands = json_array();
    *fsm = (struct raft_fsm){.version = 1, .apply = apply, .snapshot = snapshot, .restore = restore};
}

void fsm_start(void)
{
    started = true;
}

void drop_commands(json_t *list, raft_index index)
{
    while (json_array_size(list) > 0 && (raft_index)integer(json_array_get(list, 0), "index") <= index)
        json_array_remove(list, 0);
}

/* Takes a snapshot of the service, and has it saved in the place of the one before. */
void fsm_snapshot(raft_index index, json_t *bytes)
{
    if (index <= service_index)
        return;
    json_decref(service);
    service = json_incref(bytes);
    service_index = index;
    drop_commands(commands, index);
    disk_advance_service(index, bytes);
}
