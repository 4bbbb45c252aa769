# One image for both processes:
#   docker run … curfew                               the bot: Slack and the API
#   docker run … curfew node dist/temporal/main.js    the worker
FROM node:24-bookworm-slim AS build
WORKDIR /curfew
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node launch/run.mjs build

# Without the optional packages: a Node of its own, and compilers for other machines.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /curfew
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production CURFEW_DATA=/data
WORKDIR /curfew
COPY package.json ./
COPY launch/healthcheck.mjs launch/
COPY policy/example policy/example
COPY --from=dependencies /curfew/node_modules node_modules
COPY --from=build /curfew/dist dist
# The launcher is for development: in production whoever runs the containers watches over them.
RUN rm -r dist/launch && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "launch/healthcheck.mjs"]
CMD ["node", "--enable-source-maps", "dist/bot/main.js"]
