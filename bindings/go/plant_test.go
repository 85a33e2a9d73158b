// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"strconv"
)

// table is a CSV file by column name; an empty cell is 0.
func table(name string) (head map[string]int, rows [][]string) {
	f, err := os.Open("../../examples/plants/humanoid/" + name)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	if rows, err = csv.NewReader(f).ReadAll(); err != nil {
		log.Fatal(err)
	}
	head = map[string]int{}
	for k, name := range rows[0] {
		head[name] = k
	}
	return head, rows[1:]
}

func ints[T int32 | int64](head map[string]int, rows [][]string, name string) []T {
	out := make([]T, len(rows))
	for k, row := range rows {
		if cell := row[head[name]]; cell != "" {
			v, err := strconv.ParseInt(cell, 10, 64)
			if err != nil {
				log.Fatal(err)
			}
			out[k] = T(v)
		}
	}
	return out
}

func codes(words map[string]int32, head map[string]int, rows [][]string, name string) []int32 {
	out := make([]int32, len(rows))
	for k, row := range rows {
		out[k] = words[row[head[name]]]
	}
	return out
}

// The sample plant: its folder's columns, a plan of sixty days, the first order of the actuators and who waits for it.
func ExamplePlanner() {
	const days = 60
	head, items := table("items.csv")
	row := map[string]int32{}
	for k, item := range items {
		row[item[head["item"]]] = int32(k)
	}
	kinds := map[string]int32{"buy": Buy, "make": Make, "phantom": Phantom}
	rules := map[string]int32{"lot_for_lot": LotForLot, "fixed": Fixed, "min_multiple": MinMultiple, "periods": Periods, "min_max": MinMax}
	r := Requirements{Buckets: days, Type: codes(kinds, head, items, "type"), LotRule: codes(rules, head, items, "lot_rule"),
		LeadTime: ints[int32](head, items, "lead_time"), OnHand: ints[int64](head, items, "on_hand"), Safety: ints[int64](head, items, "safety_stock"),
		LotSize: ints[int64](head, items, "lot_size"), LotMin: ints[int64](head, items, "lot_min"), LotMax: ints[int64](head, items, "lot_max"),
		LotMultiple: ints[int64](head, items, "lot_multiple"), LotPeriods: ints[int32](head, items, "lot_periods")}
	for k := range items { // what an empty cell means
		r.LotSize[k], r.LotMultiple[k], r.LotPeriods[k] = max(r.LotSize[k], 1), max(r.LotMultiple[k], 1), max(r.LotPeriods[k], 1)
	}
	orders, sold := table("orders.csv")
	r.DemandItem, r.DemandBucket, r.DemandQty = codes(row, orders, sold, "item"), ints[int32](orders, sold, "bucket"), ints[int64](orders, sold, "qty")
	receipts, due := table("receipts.csv")
	r.ReceiptItem, r.ReceiptBucket, r.ReceiptQty = codes(row, receipts, due, "item"), ints[int32](receipts, due, "bucket"), ints[int64](receipts, due, "qty")

	lines, uses := table("bom.csv")
	parent, child := codes(row, lines, uses, "parent"), codes(row, lines, uses, "child")
	num, den, scrap := ints[int64](lines, uses, "num"), ints[int64](lines, uses, "den"), ints[int32](lines, uses, "scrap_ppm")
	bom := Bom{LineOff: []int64{0}}
	for k := range items { // a bill is kept parent by parent
		for l := range uses {
			if parent[l] == int32(k) {
				bom.LineChild, bom.LineNum = append(bom.LineChild, child[l]), append(bom.LineNum, num[l])
				bom.LineDen, bom.LineScrapPPM = append(bom.LineDen, max(den[l], 1)), append(bom.LineScrapPPM, scrap[l])
			}
		}
		bom.LineOff = append(bom.LineOff, int64(len(bom.LineChild)))
	}
	r.Bom = &bom

	plan, err := r.Plan(Room{})
	if err != nil {
		log.Fatal(err)
	}
	defer plan.Close()
	actuator, err := plan.Row(0, row["SUB-ACT-001"])
	if err != nil {
		log.Fatal(err)
	}
	for day, qty := range actuator.Planned {
		if qty > 0 {
			waiting, err := plan.PegUp(0, row["SUB-ACT-001"], int32(day))
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%d actuators by day %d, for %d robots of %s\n", qty, day, waiting[0].Qty, sold[waiting[0].Row][orders["order"]])
			break
		}
	}
	// Output: 48 actuators by day 8, for 4 robots of SO-2025-005
}
