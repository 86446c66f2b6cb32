/* What the library is known to fail (docs/track-record.md), as the answer to hello tells it. */

#include "node.h"

#define COUNTS "A leader commits entries of earlier terms by counting.", "https://github.com/canonical/raft/issues/220"
#define OVERTAKES "TimeoutNow overtakes the entries, and is not sent again.", "https://github.com/canonical/raft/pull/477"

static const struct
{
    const char *scenario, *property, *reason, *address;
    bool rare; /* Fails with some seeds only. */
} known[] = {
    {"agreement/Figure8Committed", "Quorum Commits", COUNTS, false},
    {"agreement/Figure8Overwritten", "Quorum Commits", COUNTS, false},
    {"chaos/Swarm", "Quorum Commits", COUNTS, true},
    {"agreement/LongDivergence", "Efficiency", "A leader goes back by one entry for each rejection.", NULL, false},
    {"unreliable/UnreliableChurn", "Catch-Up Liveness", "A follower acknowledges entries that nobody compared.", NULL, true},
    {"transfer/Around", "Progress", OVERTAKES, false},
    {"transfer/SuccessorGone", "Progress", OVERTAKES, false},
};

json_t *known_failures(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s*,s:b}", "scenario", known[i].scenario, "property", known[i].property,
            "reason", known[i].reason, "address", known[i].address, "rare", known[i].rare));
    return list;
}
