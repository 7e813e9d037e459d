package shelf

import (
	"context"
	"database/sql"
	"sync"

	"entente"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// bodies keeps the texts of objects in memory in small blocks of neighbours, which
// came together and mostly go together; those not used for longest are dropped.
type bodies struct {
	mu     sync.Mutex
	most   int64
	size   int64
	blocks map[int64]*block
	ring   block // the list by use; ring.after was used last
}

// block is blockSize objects with numbers side by side.
type block struct {
	number        int64
	text          [blockSize][]byte
	size          int64
	before, after *block
}

const (
	blockBits = 3
	blockSize = 1 << blockBits
	// overhead is what a block takes beside the texts, about.
	overhead = 400
)

func newBodies(most int64) *bodies {
	b := &bodies{most: most, blocks: map[int64]*block{}}
	b.ring.before, b.ring.after = &b.ring, &b.ring
	return b
}

// fill puts the texts into the records.
func (b *bodies) fill(ctx context.Context, st *store.Store, list []picked, records []taxii.Record) error {
	missing := b.look(list, records)
	if len(missing) == 0 {
		return nil
	}
	loaded := map[int64]*block{}
	err := st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		clear(loaded)
		return loadBlocks(ctx, q, missing, loaded)
	})
	if err != nil {
		return err
	}
	for i := range list {
		if records[i].Body != nil {
			continue
		}
		if k := loaded[list[i].n>>blockBits]; k != nil {
			records[i].Body = k.text[list[i].n%blockSize]
		}
		if records[i].Body == nil {
			return &entente.Error{Kind: entente.Unavailable, Op: "read an object", Place: string(records[i].ID), Msg: "the text of the object is not in the store", Hint: "restore the latest backup"}
		}
	}
	b.keep(loaded)
	return nil
}

// look fills in what is in memory and lists the blocks that are not, in their
// order of use, each once.
func (b *bodies) look(list []picked, records []taxii.Record) (missing []int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var last *block
	for i := range list {
		number := list[i].n >> blockBits
		k := last
		if k == nil || k.number != number {
			if k = b.blocks[number]; k != nil && b.ring.after != k {
				k.drop()
				b.first(k)
			}
			last = k
		}
		if k != nil {
			records[i].Body = k.text[list[i].n%blockSize]
		}
		if records[i].Body == nil && (len(missing) == 0 || missing[len(missing)-1] != number) {
			missing = append(missing, number)
		}
	}
	return missing
}

func (k *block) drop() { k.before.after, k.after.before = k.after, k.before }

func (b *bodies) first(k *block) {
	k.before, k.after = &b.ring, b.ring.after
	k.before.after, k.after.before = k, k
}

// keep takes blocks into memory in the place of what it had of them.
func (b *bodies) keep(loaded map[int64]*block) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for number, k := range loaded {
		b.remove(b.blocks[number])
		b.blocks[number] = k
		b.size += k.size
		b.first(k)
	}
	for b.size > b.most && b.ring.before != &b.ring {
		b.remove(b.ring.before)
	}
}

func (b *bodies) remove(k *block) {
	if k != nil {
		k.drop()
		delete(b.blocks, k.number)
		b.size -= k.size
	}
}

// rangeMost is how many blocks are read by one query.
const rangeMost = 64

// loadBlocks reads blocks, those side by side at once.
func loadBlocks(ctx context.Context, q store.Querier, numbers []int64, into map[int64]*block) error {
	for len(numbers) > 0 {
		n := 1
		for n < len(numbers) && n < rangeMost && numbers[n] == numbers[n-1]+1 {
			n++
		}
		from, to := numbers[0]<<blockBits, (numbers[n-1]+1)<<blockBits
		numbers = numbers[n:]
		rows, err := q.QueryContext(ctx, "SELECT n, body FROM exchange_objects WHERE n >= $1 AND n < $2 ORDER BY n", from, to)
		p := packer{into: into}
		var at int64
		var body sql.RawBytes
		err = each(rows, err, func(rows *sql.Rows) error {
			if err := rows.Scan(&at, &body); err != nil {
				return err
			}
			p.add(at, body)
			return nil
		})
		p.end()
		if err != nil {
			return err
		}
	}
	return nil
}

// packer puts the texts of each block into one piece of memory, so that blocks that
// go leave no small holes.
type packer struct {
	into   map[int64]*block
	number int64
	text   []byte
	at     [blockSize + 1]int // where each text begins and ends; equal: it is not there
	filled int                // places of at that are set
}

func (p *packer) add(n int64, body []byte) {
	if number := n >> blockBits; number != p.number {
		p.end()
		p.number = number
	}
	p.fill(int(n % blockSize))
	p.text = append(p.text, body...)
	p.at[p.filled+1] = len(p.text)
	p.filled++
}

// fill marks the places up to one as empty.
func (p *packer) fill(to int) {
	for ; p.filled < to; p.filled++ {
		p.at[p.filled+1] = len(p.text)
	}
}

func (p *packer) end() {
	if len(p.text) > 0 {
		p.fill(blockSize)
		all := append(make([]byte, 0, len(p.text)), p.text...)
		k := &block{number: p.number, size: overhead + int64(len(all))}
		for i := range k.text {
			if from, to := p.at[i], p.at[i+1]; to > from {
				k.text[i] = all[from:to:to]
			}
		}
		p.into[p.number] = k
	}
	p.text, p.filled = p.text[:0], 0
}
