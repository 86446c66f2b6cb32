"use strict";
// The layout says where things are, from top to bottom: axis, faults, clients,
// replicas. It depends on the model and the filters, not on the view.
raftcheck.layout = (() => {
  const gutter = 104; // for the names on the left
  const axis = 26, faultRow = 15, faultRows = 2;
  const rail = { cut: 9, role: 20, log: 15 }; // the parts of a replica's rail
  const railHeight = rail.cut + rail.role + rail.log;

  function make(model, shown) {
    const lay = { gutter, axis, rail, railHeight, faultRow, faults: axis + 4, clients: [], lanes: [] };
    let y = lay.faults + (shown.kinds.has("faults") ? faultRows * faultRow + 6 : 0);
    lay.clientsTop = y;
    if (shown.kinds.has("clients")) y = placeClients(lay, model, y);
    lay.lanesTop = y;
    const visible = [...Array(model.replicas).keys()].filter((i) => shown.replicas.has(i));
    const gap = visible.length > 5 ? 34 : 50;
    y += 16;
    for (const i of visible) {
      lay.lanes[i] = { top: y, bottom: y + railHeight };
      y += railHeight + gap;
    }
    lay.height = y - gap + 20;
    return lay;
  }

  // placeClients gives every client a row, or more where its operations overlap.
  function placeClients(lay, model, y) {
    const pitch = model.clients.length > 8 ? 13 : 19;
    y += 4;
    for (const client of model.clients) {
      const ends = []; // of the latest operation in each row of the client
      const top = y;
      for (const op of model.operations) {
        if (op.client !== client) continue;
        let row = ends.findIndex((end) => end <= op.t0);
        if (row < 0) row = ends.length < 4 ? ends.length : ends.length - 1;
        ends[row] = op.t1;
        op.y = top + row * pitch;
        op.h = pitch - 3;
      }
      y = top + Math.max(1, ends.length) * pitch;
      lay.clients.push({ client, top, bottom: y });
    }
    return y + 6;
  }

  return { make };
})();
