"use strict";
const place = document.getElementById("docs");
// Its download button would make a copy of what lies at the address of the description anyway.
Redoc.init(place.dataset.spec, { hideDownloadButton: true }, place);
