"use strict";
const place = document.getElementById("docs");
SwaggerUIBundle({
  domNode: place,
  url: place.dataset.spec,
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  // Its badge would ask a server of its makers about our description.
  validatorUrl: null,
});
