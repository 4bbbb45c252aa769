# One image for both processes:
#   docker run … curfew                               the bot (Slack and the API)
#   docker run … curfew node dist/temporal/main.js    the worker
FROM node:24-bookworm-slim AS build
WORKDIR /curfew
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY access access
COPY api api
COPY audit audit
COPY aws aws
COPY bot bot
COPY cli cli
COPY config config
COPY identity identity
COPY keys keys
COPY launch launch
COPY policy policy
COPY temporal temporal
RUN node launch/run.mjs build

# Without the optional packages: they are a Node of its own and other platforms' tools.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /curfew
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /curfew
COPY --from=dependencies /curfew/node_modules node_modules
COPY --from=build /curfew/dist dist
COPY package.json ./
COPY launch/healthcheck.mjs launch/healthcheck.mjs
# The stand-ins were never copied; the launcher and its keys for development stay out as well.
RUN rm -rf dist/launch && mkdir /data && chown node:node /data
ENV CURFEW_DATA=/data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "launch/healthcheck.mjs"]
CMD ["node", "dist/bot/main.js"]
