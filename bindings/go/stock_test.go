// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"testing"
)

func TestStock(t *testing.T) {
	s, err := NewStock(StockMaster{Items: 2, Locations: 3, Balances: 10, LotItem: []int32{0, 0}, LotReceived: []int64{20, 10}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Post([]Movement{{MoveReceipt, 0, -1, 1, 0, 5}, {MoveReceipt, 0, -1, 2, 1, 5}, {MoveTransfer, 0, 1, 0, 0, 2}}); err != nil {
		t.Fatal(err)
	}
	got, lacking, err := s.Allocate([]Need{{Item: 0, Qty: 7}, {Item: 1, Qty: 1}}, FIFO)
	if err != nil || len(got) != 2 || got[0] != (Reservation{0, 0, 2, 1, 5}) || got[1] != (Reservation{0, 0, 0, 0, 2}) || lacking[1] != 1 {
		t.Fatal(got, lacking, err)
	}
	var e *Error
	if err := s.Post([]Movement{{MoveIssue, 0, 2, -1, 1, 1}}); !errors.As(err, &e) || e.Status != ErrState || e.Row != 0 {
		t.Fatal(err)
	}
	if err := s.Release(got[1:]); err != nil {
		t.Fatal(err)
	}
	if err := s.Post([]Movement{{MovePick, 0, 2, -1, 1, 5}}); err != nil {
		t.Fatal(err)
	}
	list, err := s.Balances()
	if err != nil || len(list) != 2 || list[0] != (Balance{0, 0, 0, 2, 0}) || list[1] != (Balance{0, 1, 0, 3, 0}) {
		t.Fatal(list, err)
	}
}

func TestTour(t *testing.T) {
	order, length, err := Block{Aisles: 3, Pitch: 5, Length: 20}.Tour([]int32{0, 0, 1, 1}, []int64{18, 3, 19, 17})
	if err != nil || length != 50 || len(order) != 4 {
		t.Fatal(order, length, err)
	}
	if _, _, err := (Block{Aisles: 3, Pitch: 5, Length: 20}).Tour([]int32{3}, []int64{1}); err == nil {
		t.Fatal("an aisle outside the block")
	}
}
