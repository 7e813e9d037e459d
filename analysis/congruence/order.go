package congruence

import "slices"

// sorter orders event numbers by several keys, the least important first: a
// stable counting sort on 16 bits at a time, so a million events take
// milliseconds and equal keys keep their order.
type sorter struct {
	spare []int32
	count []int32
}

// by sorts list by key[e] of its entries e. Keys are compared as signed numbers.
func (s *sorter) by(list []int32, key []int32) []int32 {
	if len(list) < 2 {
		return list
	}
	low, high, sorted := key[list[0]], key[list[0]], true
	for i, e := range list[1:] {
		k := key[e]
		low, high = min(low, k), max(high, k)
		sorted = sorted && key[list[i]] <= k
	}
	if sorted {
		return list
	}
	if cap(s.spare) < len(list) {
		s.spare = make([]int32, len(list))
	}
	if s.count == nil {
		s.count = make([]int32, 1<<16)
	}
	width := uint32(int64(high) - int64(low))
	for shift := 0; shift < 32 && (shift == 0 || width>>shift > 0); shift += 16 {
		clear(s.count)
		for _, e := range list {
			s.count[uint16(uint32(key[e]-low)>>shift)]++
		}
		at := int32(0)
		for d, c := range s.count {
			s.count[d] = at
			at += c
		}
		out := s.spare[:len(list)]
		for _, e := range list {
			d := uint16(uint32(key[e]-low) >> shift)
			out[s.count[d]] = e
			s.count[d]++
		}
		list, s.spare = out, list
	}
	return list
}

// keys is a hash set of numbers for the duplicates within one actor and
// concept: linear probing, at most half full. Small sets are searched in a row.
type keys struct {
	table []uint64 // key + 1; 0 is free
	mask  uint64
	few   []uint64
	small bool
}

// smallSet is the size up to which looking through a row beats hashing.
const smallSet = 12

// reset empties the set and makes room for n keys.
func (k *keys) reset(n int) {
	k.few, k.small = k.few[:0], n <= smallSet
	if k.small {
		return
	}
	size := 32
	for size < 2*n {
		size *= 2
	}
	if size > len(k.table) {
		k.table = make([]uint64, size)
	}
	clear(k.table[:size])
	k.mask = uint64(size - 1)
}

// add puts key in and reports whether it was new.
func (k *keys) add(key uint64) bool {
	if k.small {
		if slices.Contains(k.few, key) {
			return false
		}
		k.few = append(k.few, key)
		return true
	}
	at := key * 0x9e3779b97f4a7c15 // multiplicative hashing by the golden ratio
	at ^= at >> 32
	for i := at & k.mask; ; i = (i + 1) & k.mask {
		switch k.table[i] {
		case 0:
			k.table[i] = key + 1
			return true
		case key + 1:
			return false
		}
	}
}
