/* The library's values in JSON, and back. Messages have the field names of the paper. */

#include <stdio.h>
#include <string.h>

#include "node.h"

json_t *parse(const char *text, size_t length)
{
    json_error_t error;
    json_t *value = json_loadb(text, length, 0, &error);
    if (value == NULL)
        die("no JSON: %s at column %d", error.text, error.column);
    return value;
}

json_t *field(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    if (value == NULL)
        die("no field %s", name);
    return value;
}

json_int_t integer(json_t *object, const char *name)
{
    return json_integer_value(field(object, name));
}

/* Returns a text in memory that the library may free. */
struct raft_buffer new_buffer(const char *text)
{
    struct raft_buffer buf = {.len = strlen(text)};
    buf.base = raft_malloc(buf.len + 1);
    memcpy(buf.base, text, buf.len + 1);
    return buf;
}

/* Entries. A command is the text that the event start had; what the library makes
 * itself is binary, and hexadecimal here. */

static json_t *encode_data(const struct raft_entry *entry)
{
    if (entry->type == RAFT_COMMAND)
        return json_stringn(entry->buf.base, entry->buf.len);
    if (entry->type == RAFT_BARRIER)
        return json_string("00"); /* The library leaves its bytes uninitialized. */
    char text[2 * entry->buf.len + 1];
    for (size_t i = 0; i < entry->buf.len; i++)
        sprintf(&text[2 * i], "%02x", ((unsigned char *)entry->buf.base)[i]);
    return json_stringn(text, 2 * entry->buf.len);
}

/* Writes the data of an entry, and returns how many bytes these are. */
static size_t decode_data(json_t *entry, unsigned char *to)
{
    const char *text = json_string_value(field(entry, "data"));
    size_t length = strlen(text);
    if (integer(entry, "kind") == RAFT_COMMAND)
        return memcpy(to, text, length), length;
    for (size_t i = 0; i < length / 2; i++)
        sscanf(&text[2 * i], "%2hhx", &to[i]);
    return length / 2;
}

json_t *encode_entries(const struct raft_entry *entries, unsigned n)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:I,s:i,s:o}", "term", (json_int_t)entries[i].term,
            "kind", entries[i].type, "data", encode_data(&entries[i])));
    return list;
}

/* Returns entries, whose data is in one piece of memory if they are a batch. */
struct raft_entry *decode_entries(json_t *list, bool batch)
{
    size_t i, size = 1;
    json_t *value;
    if (json_array_size(list) == 0)
        return NULL;
    json_array_foreach(list, i, value)
        size += json_string_length(field(value, "data"));

    struct raft_entry *entries = raft_malloc(json_array_size(list) * sizeof *entries);
    unsigned char *memory = batch ? raft_malloc(size) : NULL, *next = memory;
    json_array_foreach(list, i, value) {
        struct raft_entry *e = &entries[i];
        *e = (struct raft_entry){.term = integer(value, "term"), .type = integer(value, "kind"), .batch = memory};
        e->buf.base = batch ? next : raft_malloc(json_string_length(field(value, "data")) + 1);
        e->buf.len = decode_data(value, e->buf.base);
        next += batch ? e->buf.len : 0;
    }
    return entries;
}

/* A configuration is the list of its voters. */

json_t *encode_configuration(const struct raft_configuration *c)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < c->n; i++)
        json_array_append_new(list, json_integer(c->servers[i].id));
    return list;
}

void decode_configuration(json_t *list, struct raft_configuration *c)
{
    size_t i;
    json_t *id;
    raft_configuration_init(c);
    json_array_foreach(list, i, id) {
        char address[32];
        snprintf(address, sizeof address, "%lld", json_integer_value(id));
        raft_configuration_add(c, json_integer_value(id), address, RAFT_VOTER);
    }
}

/* A snapshot's data is an object, as text for the library: see fsm.c. */

json_t *encode_snapshot(const struct raft_snapshot *s)
{
    return json_pack("{s:I,s:I,s:I,s:o,s:o}", "lastIncludedIndex", (json_int_t)s->index,
        "lastIncludedTerm", (json_int_t)s->term, "configurationIndex", (json_int_t)s->configuration_index,
        "configuration", encode_configuration(&s->configuration), "data", parse(s->bufs[0].base, s->bufs[0].len));
}

struct raft_snapshot *decode_snapshot(json_t *object)
{
    struct raft_snapshot *s = raft_malloc(sizeof *s);
    s->index = integer(object, "lastIncludedIndex");
    s->term = integer(object, "lastIncludedTerm");
    s->configuration_index = integer(object, "configurationIndex");
    decode_configuration(field(object, "configuration"), &s->configuration);
    char *text = json_dumps(field(object, "data"), JSON_COMPACT);
    s->bufs = raft_malloc(sizeof *s->bufs);
    s->bufs[0] = new_buffer(text);
    s->n_bufs = 1;
    free(text);
    return s;
}

/* Messages. In a result the library's last_log_index is what the leader takes for the
 * match index, as far as its own log goes. */

static json_t *encode_request_vote(const struct raft_request_vote *v)
{
    return json_pack("{s:s,s:I,s:I,s:I,s:I,s:b}", "type", v->pre_vote ? "PreVote" : "RequestVote",
        "term", (json_int_t)v->term, "candidateId", (json_int_t)v->candidate_id,
        "lastLogIndex", (json_int_t)v->last_log_index, "lastLogTerm", (json_int_t)v->last_log_term,
        "disruptLeader", v->disrupt_leader);
}

static json_t *encode_append_entries_result(const struct raft_append_entries_result *a)
{
    return json_pack("{s:s,s:I,s:b,s:I,s:I}", "type", "AppendEntriesReply", "term", (json_int_t)a->term,
        "success", a->rejected == 0, "rejected", (json_int_t)a->rejected,
        a->rejected == 0 ? "matchIndex" : "lastIndex", (json_int_t)a->last_log_index);
}

static json_t *encode_install_snapshot(const struct raft_install_snapshot *i)
{
    struct raft_buffer data = i->data;
    struct raft_snapshot s = {.index = i->last_index, .term = i->last_term, .configuration = i->conf,
        .configuration_index = i->conf_index, .bufs = &data, .n_bufs = 1};
    json_t *body = encode_snapshot(&s);
    json_object_set_new(body, "type", json_string("InstallSnapshot"));
    json_object_set_new(body, "term", json_integer(i->term));
    return body;
}

json_t *encode_message(const struct raft_message *m)
{
    const struct raft_request_vote_result *v = &m->request_vote_result;
    const struct raft_append_entries *a = &m->append_entries;
    const struct raft_timeout_now *t = &m->timeout_now;
    switch (m->type) {
    case RAFT_IO_REQUEST_VOTE:
        return encode_request_vote(&m->request_vote);
    case RAFT_IO_REQUEST_VOTE_RESULT:
        return json_pack("{s:s,s:I,s:b}", "type", v->pre_vote == raft_tribool_true ? "PreVoteReply" : "RequestVoteReply",
            "term", (json_int_t)v->term, "voteGranted", v->vote_granted);
    case RAFT_IO_APPEND_ENTRIES:
        return json_pack("{s:s,s:I,s:I,s:I,s:I,s:o}", "type", "AppendEntries", "term", (json_int_t)a->term,
            "prevLogIndex", (json_int_t)a->prev_log_index, "prevLogTerm", (json_int_t)a->prev_log_term,
            "leaderCommit", (json_int_t)a->leader_commit, "entries", encode_entries(a->entries, a->n_entries));
    case RAFT_IO_APPEND_ENTRIES_RESULT:
        return encode_append_entries_result(&m->append_entries_result);
    case RAFT_IO_INSTALL_SNAPSHOT:
        return encode_install_snapshot(&m->install_snapshot);
    case RAFT_IO_TIMEOUT_NOW:
        return json_pack("{s:s,s:I,s:I,s:I}", "type", "TimeoutNow", "term", (json_int_t)t->term,
            "lastLogIndex", (json_int_t)t->last_log_index, "lastLogTerm", (json_int_t)t->last_log_term);
    }
    die("a message of type %d", m->type);
}

static void decode_install_snapshot(json_t *body, struct raft_install_snapshot *i)
{
    struct raft_snapshot *s = decode_snapshot(body);
    *i = (struct raft_install_snapshot){.term = integer(body, "term"), .last_index = s->index, .last_term = s->term,
        .conf = s->configuration, .conf_index = s->configuration_index, .data = s->bufs[0]};
    raft_free(s->bufs);
    raft_free(s);
}

void decode_message(json_t *body, struct raft_message *m)
{
    const char *type = json_string_value(field(body, "type"));
    raft_term term = integer(body, "term");
    bool pre_vote = strncmp(type, "PreVote", strlen("PreVote")) == 0;
    if (strcmp(type, "RequestVote") == 0 || strcmp(type, "PreVote") == 0) {
        m->type = RAFT_IO_REQUEST_VOTE;
        m->request_vote = (struct raft_request_vote){.term = term, .candidate_id = integer(body, "candidateId"),
            .last_log_index = integer(body, "lastLogIndex"), .last_log_term = integer(body, "lastLogTerm"),
            .disrupt_leader = json_is_true(field(body, "disruptLeader")), .pre_vote = pre_vote};
    } else if (strcmp(type, "RequestVoteReply") == 0 || strcmp(type, "PreVoteReply") == 0) {
        m->type = RAFT_IO_REQUEST_VOTE_RESULT;
        m->request_vote_result = (struct raft_request_vote_result){.term = term,
            .vote_granted = json_is_true(field(body, "voteGranted")),
            .pre_vote = pre_vote ? raft_tribool_true : raft_tribool_false};
    } else if (strcmp(type, "AppendEntries") == 0) {
        m->type = RAFT_IO_APPEND_ENTRIES;
        m->append_entries = (struct raft_append_entries){.term = term, .prev_log_index = integer(body, "prevLogIndex"),
            .prev_log_term = integer(body, "prevLogTerm"), .leader_commit = integer(body, "leaderCommit"),
            .entries = decode_entries(field(body, "entries"), true), .n_entries = json_array_size(field(body, "entries"))};
    } else if (strcmp(type, "AppendEntriesReply") == 0) {
        m->type = RAFT_IO_APPEND_ENTRIES_RESULT;
        m->append_entries_result = (struct raft_append_entries_result){.term = term, .rejected = integer(body, "rejected"),
            .last_log_index = integer(body, integer(body, "rejected") == 0 ? "matchIndex" : "lastIndex")};
    } else if (strcmp(type, "InstallSnapshot") == 0) {
        m->type = RAFT_IO_INSTALL_SNAPSHOT;
        decode_install_snapshot(body, &m->install_snapshot);
    } else if (strcmp(type, "TimeoutNow") == 0) {
        m->type = RAFT_IO_TIMEOUT_NOW;
        m->timeout_now = (struct raft_timeout_now){.term = term, .last_log_index = integer(body, "lastLogIndex"),
            .last_log_term = integer(body, "lastLogTerm")};
    } else {
        die("a message of type %s", type);
    }
}
