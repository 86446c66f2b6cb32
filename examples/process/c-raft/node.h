/* A replica that is the C Raft library, behind raftcheck's process protocol. */

#ifndef NODE_H
#define NODE_H

#include <stdint.h>

#include <jansson.h>
#include <raft.h>

/* node.c: events and answers */

/* Adds an action to the answer. The value becomes the answer's. */
void act(const char *action, json_t *value);

/* Ends the process: what came or what the library says cannot be gone on with. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* known.c: what the library is known to fail */

json_t *known_failures(void);

/* disk.c: what is saved */

struct disk
{
    raft_term term;
    raft_id vote;
    raft_index first;   /* Index of the first entry of the log. */
    json_t *log;        /* Entries. */
    json_t *snapshot;   /* The latest snapshot without the service's part, or NULL. */
    json_t *service;    /* The service's part, bytes in base64, or NULL. */
    bool dirty;         /* Something changed that has to be saved. */
    bool new_service;   /* So did the service's part. */
};

extern struct disk disk;

void disk_load(json_t *state, json_t *service);
void disk_append(json_t *entries);
void disk_truncate(raft_index index);
void disk_put_snapshot(json_t *snapshot, unsigned trailing);
void disk_advance_service(raft_index index, json_t *bytes);
raft_index disk_snapshot_index(void);
json_t *disk_get_snapshot(void);
json_t *disk_save(void); /* The value of a save. */

/* io.c: the library's raft_io */

void io_init(struct raft_io *io, uint64_t seed);
void io_complete(void); /* Completes all requests, in order. */
void io_tick(struct raft_io *io);
void io_receive(struct raft_io *io, raft_id from, json_t *body);

extern raft_time io_now; /* ms */

/* fsm.c: the state machine that the library sees */

void fsm_init(struct raft_fsm *fsm, struct raft *raft);
void fsm_start(void);
void fsm_snapshot(raft_index index, json_t *bytes);
void drop_commands(json_t *commands, raft_index index); /* Those up to an index. */

/* codec.c: the library's values in JSON, and back */

json_t *encode_entries(const struct raft_entry *entries, unsigned n);
struct raft_entry *decode_entries(json_t *list, bool batch);
json_t *encode_configuration(const struct raft_configuration *c);
void decode_configuration(json_t *list, struct raft_configuration *c);
json_t *encode_snapshot(const struct raft_snapshot *s);
struct raft_snapshot *decode_snapshot(json_t *object);
json_t *encode_message(const struct raft_message *m);
void decode_message(json_t *body, struct raft_message *m);

struct raft_buffer new_buffer(const char *text);
json_t *parse(const char *text, size_t length);
json_t *field(json_t *object, const char *name);
json_int_t integer(json_t *object, const char *name);

#endif
