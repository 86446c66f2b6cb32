/* What is saved: term, vote, log and snapshot, as the library has handed them over. */

#include "node.h"

struct disk disk = {.first = 1};

void disk_load(json_t *state, json_t *service)
{
    disk.log = json_array();
    disk.service = json_incref(service);
    if (state == NULL)
        return;
    disk.term = integer(state, "term");
    disk.vote = integer(state, "vote");
    disk.first = integer(state, "first");
    disk.log = json_incref(field(state, "log"));
    disk.snapshot = json_incref(json_object_get(state, "snapshot"));
}

void disk_append(json_t *entries)
{
    json_array_extend(disk.log, entries);
    disk.dirty = true;
}

void disk_truncate(raft_index index)
{
    while (disk.first + json_array_size(disk.log) > index)
        json_array_remove(disk.log, json_array_size(disk.log) - 1);
    disk.dirty = true;
}

/* Puts a snapshot in the place of the entries up to it but for some trailing ones, or
 * of all entries if there are to be no trailing ones. */
void disk_put_snapshot(json_t *snapshot, unsigned trailing)
{
    raft_index index = integer(snapshot, "lastIncludedIndex");
    if (trailing == 0) {
        json_array_clear(disk.log);
        disk.first = index + 1;
    }
    while (disk.first + trailing <= index && json_array_size(disk.log) > 0) {
        json_array_remove(disk.log, 0);
        disk.first++;
    }
    json_t *data = field(snapshot, "data");
    json_decref(disk.service);
    json_decref(disk.snapshot);
    disk.service = json_incref(field(data, "snapshot"));
    json_object_del(data, "snapshot");
    disk.snapshot = json_incref(snapshot);
    disk.dirty = disk.new_service = true;
}

/* Puts a later snapshot of the service in the place of that in the latest snapshot. */
void disk_advance_service(raft_index index, json_t *bytes)
{
    if (disk.snapshot == NULL)
        return;
    json_decref(disk.service);
    disk.service = json_incref(bytes);
    json_t *data = field(disk.snapshot, "data");
    json_object_set_new(data, "index", json_integer(index));
    drop_commands(field(data, "commands"), index);
    disk.dirty = disk.new_service = true;
}

raft_index disk_snapshot_index(void)
{
    return disk.snapshot == NULL ? 0 : integer(disk.snapshot, "lastIncludedIndex");
}

json_t *disk_get_snapshot(void)
{
    if (disk.snapshot == NULL)
        return NULL;
    json_t *snapshot = json_deep_copy(disk.snapshot);
    json_object_set(field(snapshot, "data"), "snapshot", disk.service);
    return snapshot;
}

json_t *disk_save(void)
{
    json_t *state = json_pack("{s:I,s:I,s:I,s:o*,s:o}", "term", (json_int_t)disk.term, "vote", (json_int_t)disk.vote,
        "first", (json_int_t)disk.first, "snapshot", json_deep_copy(disk.snapshot), "log", json_copy(disk.log));
    json_t *save = json_pack("{s:o,s:O*}", "state", state, "snapshot", disk.new_service ? disk.service : NULL);
    disk.dirty = disk.new_service = false;
    return save;
}
