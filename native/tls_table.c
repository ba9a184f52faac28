// Things that JavaScript knows by numbers: an index below, a generation above, so that the number of something that is gone finds nothing.
#include "tls.h"

#include <stdlib.h>

enum { NONE = -1, INDEX_BITS = 20, MAX_THINGS = 1 << INDEX_BITS, GENERATIONS = 1 << (31 - INDEX_BITS) };

static bool grow(struct tls_table *table) {
  int32_t count = table->count == 0 ? 16 : table->count * 2;
  if (count > MAX_THINGS) return false;
  struct tls_entry *entries = realloc(table->entries, (size_t)count * sizeof *entries);
  if (entries == NULL) return false;
  for (int32_t i = table->count; i < count; i++) {
    entries[i] = (struct tls_entry){.generation = 1, .next_free = i + 1 < count ? i + 1 : NONE};
  }
  table->free = table->count;
  table->entries = entries;
  table->count = count;
  return true;
}

// The number of `thing`, or -1 where there is no room.
int32_t table_put(struct tls_table *table, void *thing) {
  if ((table->count == 0 || table->free == NONE) && !grow(table)) return NONE;
  int32_t index = table->free;
  struct tls_entry *entry = &table->entries[index];
  table->free = entry->next_free;
  entry->thing = thing;
  return (int32_t)(entry->generation << INDEX_BITS) | index;
}

void *table_get(const struct tls_table *table, int32_t number) {
  int32_t index = number & (MAX_THINGS - 1);
  if (number < 0 || index >= table->count) return NULL;
  const struct tls_entry *entry = &table->entries[index];
  return entry->generation == (uint32_t)number >> INDEX_BITS ? entry->thing : NULL;
}

void *table_remove(struct tls_table *table, int32_t number) {
  void *thing = table_get(table, number);
  if (thing == NULL) return NULL;
  int32_t index = number & (MAX_THINGS - 1);
  struct tls_entry *entry = &table->entries[index];
  entry->thing = NULL;
  entry->generation = (entry->generation + 1) % GENERATIONS;
  entry->next_free = table->free;
  table->free = index;
  return thing;
}
