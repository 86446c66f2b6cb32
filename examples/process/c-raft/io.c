/* The library's raft_io. What it does asynchronously waits in a queue until the library
 * has returned, and is completed then, in order. */

#include <stdlib.h>
#include <string.h>

#include "node.h"

#define MS 1000000 /* ns */

raft_time io_now;

static uint64_t random_state;
static unsigned tick_ms;
static raft_io_tick_cb tick_cb;
static raft_io_recv_cb recv_cb;

/* Requests */

struct request
{
    void (*complete)(struct request *r);
    void *library;     /* The library's request. */
    void (*cb)(void);  /* Its callback. */
    json_t *value;     /* What is to be stored, or NULL. */
    unsigned trailing;
    struct request *next;
};

static struct request *queue, **queue_end = &queue;

static int submit(struct request request)
{
    struct request *r = malloc(sizeof *r);
    *r = request;
    r->next = NULL;
    *queue_end = r;
    queue_end = &r->next;
    return 0;
}

void io_complete(void)
{
    while (queue != NULL) {
        struct request *r = queue;
        queue = r->next;
        if (queue == NULL)
            queue_end = &queue;
        r->complete(r);
        json_decref(r->value);
        free(r);
    }
}

static void complete_send(struct request *r)
{
    if (r->cb != NULL)
        ((raft_io_send_cb)r->cb)(r->library, 0);
}

static void complete_append(struct request *r)
{
    disk_append(r->value);
    ((raft_io_append_cb)r->cb)(r->library, 0);
}

static void complete_snapshot_put(struct request *r)
{
    disk_put_snapshot(r->value, r->trailing);
    ((raft_io_snapshot_put_cb)r->cb)(r->library, 0);
}

static void complete_snapshot_get(struct request *r)
{
    json_t *snapshot = disk_get_snapshot();
    ((raft_io_snapshot_get_cb)r->cb)(r->library, decode_snapshot(snapshot), 0);
    json_decref(snapshot);
}

/* The table */

static int init(struct raft_io *io, raft_id id, const char *address)
{
    (void)io, (void)id, (void)address;
    return 0;
}

static int load(struct raft_io *io, raft_term *term, raft_id *voted_for, struct raft_snapshot **snapshot,
    raft_index *start_index, struct raft_entry **entries, size_t *n_entries)
{
    (void)io;
    json_t *saved = disk_get_snapshot();
    *term = disk.term;
    *voted_for = disk.vote;
    *snapshot = saved == NULL ? NULL : decode_snapshot(saved);
    *start_index = disk.first;
    *entries = decode_entries(disk.log, false);
    *n_entries = json_array_size(disk.log);
    json_decref(saved);
    return 0;
}

static void set_tick(unsigned after)
{
    act("timer", json_pack("{s:s,s:I}", "id", "tick", "after", (json_int_t)after * MS));
}

/* Begins to tick at a moment of its own: no replica ticks in step with another. */
static int start(struct raft_io *io, unsigned msecs, raft_io_tick_cb tick, raft_io_recv_cb recv)
{
    tick_ms = msecs;
    tick_cb = tick;
    recv_cb = recv;
    set_tick(io->random(io, 1, msecs));
    return 0;
}

/* Stores a configuration as the first entry of the log, which all replicas have. */
static int bootstrap(struct raft_io *io, const struct raft_configuration *conf)
{
    (void)io;
    struct raft_entry entry = {.term = 1, .type = RAFT_CHANGE};
    raft_configuration_encode(conf, &entry.buf);
    json_t *list = encode_entries(&entry, 1);
    disk.term = 1;
    disk_append(list);
    json_decref(list);
    raft_free(entry.buf.base);
    return 0;
}

static int set_term(struct raft_io *io, raft_term term)
{
    (void)io;
    disk.term = term;
    disk.vote = 0;
    disk.dirty = true;
    return 0;
}

static int set_vote(struct raft_io *io, raft_id server_id)
{
    (void)io;
    disk.vote = server_id;
    disk.dirty = true;
    return 0;
}

static int send_message(struct raft_io *io, struct raft_io_send *req, const struct raft_message *message, raft_io_send_cb cb)
{
    (void)io;
    act("send", json_pack("{s:I,s:o}", "to", (json_int_t)message->server_id - 1, "body", encode_message(message)));
    return submit((struct request){complete_send, req, (void (*)(void))cb});
}

static int append(struct raft_io *io, struct raft_io_append *req, const struct raft_entry entries[], unsigned n, raft_io_append_cb cb)
{
    (void)io;
    return submit((struct request){complete_append, req, (void (*)(void))cb, encode_entries(entries, n)});
}

static int truncate_log(struct raft_io *io, raft_index index)
{
    (void)io;
    disk_truncate(index);
    return 0;
}

static int snapshot_put(struct raft_io *io, unsigned trailing, struct raft_io_snapshot_put *req,
    const struct raft_snapshot *snapshot, raft_io_snapshot_put_cb cb)
{
    (void)io;
    return submit((struct request){complete_snapshot_put, req, (void (*)(void))cb, encode_snapshot(snapshot), trailing});
}

static int snapshot_get(struct raft_io *io, struct raft_io_snapshot_get *req, raft_io_snapshot_get_cb cb)
{
    (void)io;
    return submit((struct request){complete_snapshot_get, req, (void (*)(void))cb});
}

static raft_time now(struct raft_io *io)
{
    (void)io;
    return io_now;
}

/* Draws a number, by splitmix64. */
static int draw(struct raft_io *io, int min, int max)
{
    (void)io;
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return min + (int)((z ^ z >> 31) % (uint64_t)(max - min));
}

void io_init(struct raft_io *io, uint64_t seed)
{
    random_state = seed;
    *io = (struct raft_io){
        .version = 1,
        .init = init,
        .load = load,
        .start = start,
        .bootstrap = bootstrap,
        .set_term = set_term,
        .set_vote = set_vote,
        .send = send_message,
        .append = append,
        .truncate = truncate_log,
        .snapshot_put = snapshot_put,
        .snapshot_get = snapshot_get,
        .time = now,
        .random = draw,
    };
}

/* Events */

void io_tick(struct raft_io *io)
{
    set_tick(tick_ms);
    tick_cb(io);
}

void io_receive(struct raft_io *io, raft_id from, json_t *body)
{
    char address[32];
    snprintf(address, sizeof address, "%llu", from);
    struct raft_message message = {.server_id = from, .server_address = address};
    decode_message(body, &message);
    recv_cb(io, &message);
}
